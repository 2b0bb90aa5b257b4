"""Names of what standardise rules can be asked for, as the libraries that jobs work with know it.

They stand here so that a wrong one is told before a job starts, where those libraries are not installed; a test holds
every list against its library.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches


def one_of(names: Collection[str], what: str) -> Callable[[str], str]:
    """A validator that takes these names only.

    :param what: what they are names of, for the error
    """

    def check(value: str) -> str:
        if value in names:
            return value
        spelling = {name.lower(): name for name in names}
        close = [spelling[name] for name in get_close_matches(value.lower().replace("-", "_"), spelling)]
        near = f"; near it: {', '.join(close)}" if close else ""
        raise ValueError(f"{value!r} is no {what} that is known{near}")

    return check


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PHONE_REGIONS = _names(
    """
    AC AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
    MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT
    TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """
)
"""Countries whose numbering plan phonenumbers has."""

COUNTRIES = _names(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """
)
"""ISO 3166-1, two letters, as pycountry has them."""

CURRENCIES = _names(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
    TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD
    XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG
    """
)
"""ISO 4217, as pycountry has them."""

IDENTIFIERS = _names(
    """
    ad.nrt al.nipt ar.cbu ar.cuit ar.dni at.businessid at.postleitzahl at.tin at.uid at.vnr au.abn au.acn au.tfn
    az.voen be.bis be.eid be.iban be.nn be.ogm_vcs be.ssn be.vat bg.egn bg.pnf bg.vat bic bitcoin br.cnpj br.cpf
    by.unp ca.bc_phn ca.bn ca.sin casrn cfi ch.esr ch.ssn ch.uid ch.vat cl.rut cn.ric cn.uscc co.nit cr.cpf cr.cpj
    cr.cr cu.ni cusip cy.vat cz.bankaccount cz.dic cz.rc damm de.handelsregisternummer de.idnr de.leitweg de.stnr
    de.vat de.wkn dk.cpr dk.cvr do.cedula do.ncf do.rnc dz.nif ean ec.ci ec.ruc ee.ik ee.kmkr ee.registrikood eg.tn
    es.cae es.ccc es.cif es.cups es.dni es.iban es.nie es.nif es.postal_code es.referenciacatastral eu.at_02
    eu.banknote eu.ecnumber eu.eic eu.excise eu.nace eu.oss eu.vat fi.alv fi.associationid fi.hetu fi.veronumero
    fi.ytunnus figi fo.vn fr.accise fr.nif fr.nir fr.rcs fr.siren fr.siret fr.tva gb.nhs gb.sedol gb.upn gb.utr
    gb.vat gh.tin gn.nifp gr.amka gr.vat grid gs1_128 gt.nit hr.oib hu.anum iban id.nik id.npwp ie.pps ie.vat il.hp
    il.idnr imei imo imsi in_.aadhaar in_.epic in_.gstin in_.pan in_.vid is_.kennitala is_.vsk isan isbn isil isin
    ismn isni iso11649 iso6346 iso7064.mod_11_10 iso7064.mod_11_2 iso7064.mod_37_2 iso7064.mod_37_36
    iso7064.mod_97_10 iso9362 isrc issn it.aic it.codicefiscale it.iva jp.cn jp.in_ ke.pin kr.brn kr.rrn lei li.peid
    lt.asmens lt.pvm lu.tva luhn lv.pvn ma.ice mac mc.tva md.idno me.iban me.pib meid mk.edb mt.vat mu.nid mx.curp
    mx.rfc my.nric mz.nuit nl.brin nl.bsn nl.btw nl.identiteitskaartnummer nl.onderwijsnummer nl.postcode
    no.fodselsnummer no.iban no.kontonr no.mva no.orgnr nz.bankaccount nz.ird pe.cui pe.ruc pk.cnic pl.nip pl.pesel
    pl.regon pt.cc pt.nif py.ruc ro.cf ro.cnp ro.cui ro.onrc rs.pib ru.inn ru.ogrn se.orgnr se.personnummer
    se.postnummer se.vat sg.uen si.ddv si.emso si.maticna sk.dph sk.rc sm.coe sn.ninea sv.nit th.moa th.pin th.tin
    tn.mf tr.tckimlik tr.vkn tw.ubn ua.edrpou ua.rntrc us.atin us.ein us.itin us.ptin us.rtn us.ssn us.tin uy.rut
    vatin ve.rif verhoeff vn.mst za.idnr za.tin
    """
)
"""Modules of python-stdnum that validate a number."""

NUMBER_LOCALES = _names(
    """
    aa aa_DJ aa_ER aa_ET ab ab_GE af af_NA af_ZA agq agq_CM ak ak_GH am am_ET an an_ES ann ann_NG apc apc_SY ar
    ar_001 ar_AE ar_BH ar_DJ ar_DZ ar_EG ar_EH ar_ER ar_IL ar_IQ ar_JO ar_KM ar_KW ar_LB ar_LY ar_MA ar_MR ar_OM
    ar_PS ar_QA ar_SA ar_SD ar_SO ar_SS ar_SY ar_TD ar_TN ar_YE arn arn_CL as as_IN asa asa_TZ ast ast_ES az ba
    ba_RU bal bas bas_CM be be_BY bem bem_ZM bew bew_ID bez bez_TZ bg bg_BG bgc bgc_IN bgn bgn_AE bgn_AF bgn_IR
    bgn_OM bgn_PK bho bho_IN blo blo_BJ blt blt_VN bm bm_ML bn bn_BD bn_IN bo bo_CN bo_IN br br_FR brx brx_IN bs bss
    bss_CM byn byn_ER ca ca_AD ca_ES ca_FR ca_IT cad cad_US cch cch_NG ce ce_RU ceb ceb_PH cgg cgg_UG cho cho_US chr
    chr_US cic cic_US ckb ckb_IQ ckb_IR co co_FR cop cop_EG cs cs_CZ csw csw_CA cu cu_RU cv cv_RU cy cy_GB da da_DK
    da_GL dav dav_KE de de_AT de_BE de_CH de_DE de_IT de_LI de_LU dje dje_NE doi doi_IN dsb dsb_DE dua dua_CM dv
    dv_MV dyo dyo_SN dz dz_BT ebu ebu_KE ee ee_GH ee_TG el el_CY el_GR en en_001 en_150 en_AE en_AG en_AI en_AS
    en_AT en_AU en_BB en_BE en_BI en_BM en_BS en_BW en_BZ en_CA en_CC en_CH en_CK en_CM en_CX en_CY en_CZ en_DE
    en_DG en_DK en_DM en_ER en_ES en_FI en_FJ en_FK en_FM en_FR en_GB en_GD en_GG en_GH en_GI en_GM en_GS en_GU
    en_GY en_HK en_HU en_ID en_IE en_IL en_IM en_IN en_IO en_IT en_JE en_JM en_KE en_KI en_KN en_KY en_LC en_LR
    en_LS en_MG en_MH en_MO en_MP en_MS en_MT en_MU en_MV en_MW en_MY en_NA en_NF en_NG en_NL en_NO en_NR en_NU
    en_NZ en_PG en_PH en_PK en_PL en_PN en_PR en_PT en_PW en_RO en_RW en_SB en_SC en_SD en_SE en_SG en_SH en_SI
    en_SK en_SL en_SS en_SX en_SZ en_TC en_TK en_TO en_TT en_TV en_TZ en_UG en_UM en_US en_VC en_VG en_VI en_VU
    en_WS en_ZA en_ZM en_ZW eo eo_001 es es_419 es_AR es_BO es_BR es_BZ es_CL es_CO es_CR es_CU es_DO es_EA es_EC
    es_ES es_GQ es_GT es_HN es_IC es_MX es_NI es_PA es_PE es_PH es_PR es_PY es_SV es_US es_UY es_VE et et_EE eu
    eu_ES ewo ewo_CM fa fa_AF fa_IR ff fi fi_FI fil fil_PH fo fo_DK fo_FO fr fr_BE fr_BF fr_BI fr_BJ fr_BL fr_CA
    fr_CD fr_CF fr_CG fr_CH fr_CI fr_CM fr_DJ fr_DZ fr_FR fr_GA fr_GF fr_GN fr_GP fr_GQ fr_HT fr_KM fr_LU fr_MA
    fr_MC fr_MF fr_MG fr_ML fr_MQ fr_MR fr_MU fr_NC fr_NE fr_PF fr_PM fr_RE fr_RW fr_SC fr_SN fr_SY fr_TD fr_TG
    fr_TN fr_VU fr_WF fr_YT frr frr_DE fur fur_IT fy fy_NL ga ga_GB ga_IE gaa gaa_GH gd gd_GB gez gez_ER gez_ET gl
    gl_ES gn gn_PY gsw gsw_CH gsw_FR gsw_LI gu gu_IN guz guz_KE gv gv_IM ha ha_GH ha_NE ha_NG haw haw_US he he_IL hi
    hi_IN hr hr_BA hr_HR hsb hsb_DE ht ht_HT hu hu_HU hy hy_AM ia ia_001 id id_ID ie ie_EE ig ig_NG ii ii_CN io
    io_001 is is_IS it it_CH it_IT it_SM it_VA iu iu_CA ja ja_JP jbo jbo_001 jgo jgo_CM jmc jmc_TZ jv jv_ID ka ka_GE
    kaa kab kab_DZ kaj kaj_NG kam kam_KE kcg kcg_NG kde kde_TZ kea kea_CV ken ken_CM kgp kgp_BR khq khq_ML ki ki_KE
    kk kk_KZ kkj kkj_CM kl kl_GL kln kln_KE km km_KH kn kn_IN ko ko_CN ko_KP ko_KR kok kpe kpe_GN kpe_LR ks ksb
    ksb_TZ ksf ksf_CM ksh ksh_DE ku ku_TR kw kw_GB kxv ky ky_KG la la_VA lag lag_TZ lb lb_LU lg lg_UG lij lij_IT lkt
    lkt_US lld lld_IT lmo lmo_IT ln ln_AO ln_CD ln_CF ln_CG lo lo_LA lrc lrc_IQ lrc_IR lt lt_LT ltg ltg_LV lu lu_CD
    luo luo_KE luy luy_KE lv lv_LV mai mai_IN mas mas_KE mas_TZ mdf mdf_RU mer mer_KE mfe mfe_MU mg mg_MG mgh mgh_MZ
    mgo mgo_CM mhn mhn_IT mi mi_NZ mic mic_CA mk mk_MK ml ml_IN mn mn_MN mni moh moh_CA mr mr_IN ms ms_BN ms_ID
    ms_MY ms_SG mt mt_MT mua mua_CM mus mus_US my my_MM myv myv_RU mzn mzn_IR naq naq_NA nb nb_NO nb_SJ nd nd_ZW nds
    nds_DE nds_NL ne ne_IN ne_NP nl nl_AW nl_BE nl_BQ nl_CW nl_NL nl_SR nl_SX nmg nmg_CM nn nn_NO nnh nnh_CM no nqo
    nqo_GN nr nr_ZA nso nso_ZA nus nus_SS nv nv_US ny ny_MW nyn nyn_UG oc oc_ES oc_FR om om_ET om_KE or or_IN os
    os_GE os_RU osa osa_US pa pap pap_AW pap_CW pcm pcm_NG pis pis_SB pl pl_PL prg prg_PL ps ps_AF ps_PK pt pt_AO
    pt_BR pt_CH pt_CV pt_GQ pt_GW pt_LU pt_MO pt_MZ pt_PT pt_ST pt_TL qu qu_BO qu_EC qu_PE quc quc_GT raj raj_IN rhg
    rif rif_MA rm rm_CH rn rn_BI ro ro_MD ro_RO rof rof_TZ ru ru_BY ru_KG ru_KZ ru_MD ru_RU ru_UA rw rw_RW rwk
    rwk_TZ sa sa_IN sah sah_RU saq saq_KE sbp sbp_TZ sc sc_IT scn scn_IT sd sdh sdh_IQ sdh_IR se se_FI se_NO se_SE
    seh seh_MZ ses ses_ML sg sg_CF shi shn shn_MM shn_TH si si_LK sid sid_ET sk sk_SK skr skr_PK sl sl_SI sma sma_NO
    sma_SE smj smj_NO smj_SE smn smn_FI sms sms_FI sn sn_ZW so so_DJ so_ET so_KE so_SO sq sq_AL sq_MK sq_XK sr ss
    ss_SZ ss_ZA ssy ssy_ER st st_LS st_ZA su sv sv_AX sv_FI sv_SE sw sw_CD sw_KE sw_TZ sw_UG syr syr_IQ syr_SY szl
    szl_PL ta ta_IN ta_LK ta_MY ta_SG te te_IN teo teo_KE teo_UG tg tg_TJ th th_TH ti ti_ER ti_ET tig tig_ER tk
    tk_TM tn tn_BW tn_ZA to to_TO tpi tpi_PG tr tr_CY tr_TR trv trv_TW trw trw_PK ts ts_ZA tt tt_RU twq twq_NE tyv
    tyv_RU tzm tzm_MA ug ug_CN uk uk_UA ur ur_IN ur_PK uz vai ve ve_ZA vec vec_IT vi vi_VN vmw vmw_MZ vo vo_001 vun
    vun_TZ wa wa_BE wae wae_CH wal wal_ET wbp wbp_AU wo wo_SN xh xh_ZA xnr xnr_IN xog xog_UG yav yav_CM yi yi_UA yo
    yo_BJ yo_NG yrl yrl_BR yrl_CO yrl_VE yue za za_CN zgh zgh_MA zh zu zu_ZA
    """
)
"""Languages and their countries whose numbers CLDR groups by threes, or by twos above a thousand."""

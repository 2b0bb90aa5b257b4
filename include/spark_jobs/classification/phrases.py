"""The words by which people name columns of personal data, from many languages, parted by commas."""

from __future__ import annotations

NATIONAL_ID = """
ssn, national id, nationalid, national identification, national identity, national number, identity
number, id number, identification number, personal id, personal number, person number, personal
code, citizen id, citizen number, social security, social insurance, tax id, taxid, tax number, tax
identification, taxpayer, tin, fiscal code, fiscal number, insurance number, id card, identity card,
id no, nin, pin code personal, resident id, cpr, personnummer, personalausweis, steuer id,
steuernummer, sozialversicherungsnummer, svnr, sv nummer, identnummer, ausweisnummer, numero de
identidad, numero identificacion, documento de identidad, cedula, numero securite sociale, securite
sociale, numero fiscal, codice identificativo, numer identyfikacyjny, kimlik no, kimlik,
identifikacijski broj, asmens kodas, isikukood, 身份证, 身份证号, 주민등록번호, 個人番号, идентификационен номер
"""
"""General words for the identifiers that a state gives a person."""

_GENERIC = """
a attr attribut attribute b c campo champ col colonna colonne cols column columna columns content contents d data
daten dati dato donnee e f feld field fields g h i info item j k key kolom kolonne kolumn kolumna l m misc n o other p
q r raw s sarake spalte str string t text txt u unknown unnamed v val valeur valor value values var variable w waarde
wert x y z
"""
GENERIC = frozenset(_GENERIC.split())
"""Words that say nothing of what stands in a column."""

_QUALIFIERS = """
allowed art brand cost costs count counts enabled flag format known length model opt policy price provider quality
rank rate required score share size status total type types valid verified version weight
"""
QUALIFIERS = frozenset(_QUALIFIERS.split())
"""Words that make of a name for personal data one for something else: a birth weight, a phone's model."""

NOT_PERSONAL = """
order, orders, invoice, sku, product, article, flight, isbn, ean, gtin, upc, imei, serial, batch, tracking,
transaction, amount, price, cost, total, version, build, release, uuid, guid, hash, checksum, digest, latitude,
longitude, lat, lon, lng, coordinates, company, firm, firma, organisation, organization, employer, vendor, supplier,
airport, airline, station, brand, manufacturer, make, model, category, file, filename, path, host, hostname, domain,
url, uri, timestamp, created, updated, modified, event, start, end, begin, due, expiry, expires, valid, hire, hired,
shipped, shipping date, ordered, published, opened, closed, issued, tail, carrier, vessel, ship, currency, quantity,
qty, count, weight, height, size, score, rating, status, colour, color, team, department, project, title, course,
book, film, movie, song, genre, ticker, isin, siren, siret, vin code, parcel, shipment, container, part, asset,
device, sensor, bestellung, bestellnummer, rechnung, artikel, produkt, preis, betrag, commande, facture, produit,
prix, montant, pedido, factura, producto, precio, ordine, fattura, prodotto, prezzo, zamowienie, faktura, city,
town, country, region, state, county, province, stadt, ville, ciudad
"""
"""Things that are not personal and whose numbers and names resemble what is."""

PHRASES: dict[str, str] = {
    "payment_card": """
credit card, creditcard, card number, cardnumber, card no, debit card, payment card, cc number,
ccnum, cc num, pan, kreditkarte, kreditkartennummer, kartennummer, carte bancaire, carte de credit,
numero de carte, tarjeta, numero de tarjeta, carta di credito, numero carta, cartao, numero cartao,
creditcardnummer, kartnummer, luottokortti, karta, numer karty, cislo karty, kart no, kart numarasi,
カード番号, 卡号, 카드번호, номер карты
""",
    "iban": """
iban, bank account, account number, account no, bankkonto, kontonummer, bankverbindung, compte bancaire, rib, cuenta
bancaria, numero de cuenta, conto corrente, numero conto, conta bancaria, rekeningnummer, numer konta, numer
rachunku, rachunek, tilinumero, bankkontonummer, cislo uctu, hesap no, номер счета
""",
    "us_ssn": "ssn, social security number, social sec, socsec, ss no",
    "us_itin": "itin",
    "uk_nino": "nino, ni number, national insurance",
    "uk_nhs_number": "nhs, nhs number, nhs no, patient number, health number",
    "ca_sin": "sin, social insurance number, numero assurance sociale, nas",
    "au_tfn": "tfn, tax file number, tax file no",
    "de_tax_id": "idnr, steueridentifikationsnummer, steuerliche id, steuer identifikationsnummer, idno, id nr",
    "fr_nir": "nir, insee, numero de securite sociale, num secu, secu, nss, matricule",
    "es_dni": "dni, nif, documento nacional, documento",
    "es_nie": "nie, nif, identidad de extranjero, documento",
    "it_fiscal_code": "codice fiscale, codfisc, cod fiscale, cf",
    "nl_bsn": "bsn, burgerservicenummer, sofinummer",
    "be_national_number": """
rijksregisternummer, numero national, numero de registre national, registre national, nn, niss, insz
""",
    "pl_pesel": "pesel, nr pesel, numer pesel",
    "se_personal_number": "personnummer, pnr, persnr",
    "fi_personal_code": "hetu, henkilotunnus, sotu",
    "dk_cpr": "cpr, cpr nummer, cprnr, cpr nr",
    "no_birth_number": "fodselsnummer, fnr, personnummer, fodselsnr",
    "br_cpf": "cpf, cadastro de pessoa",
    "in_aadhaar": "aadhaar, aadhar, adhaar, uidai, uid",
    "in_pan": "pan, pan card, pan number, pan no, permanent account number",
    "za_id": "said, rsa id, sa id",
    "tr_tckn": "tckn, tc kimlik, tc no, tc kimlik no",
    "cn_resident_id": "shenfenzheng, sfz, resident identity, 身份证号码, 身份證",
    "kr_rrn": "rrn, resident registration, jumin",
    "jp_my_number": "my number, mynumber, マイナンバー",
    "ch_ahv": "ahv, avs, ahv nummer, numero avs, ahvn",
    "at_social_insurance_number": "sozialversicherung, svnr, sv nr, versicherungsnummer",
    "bg_egn": "egn, егн",
    "ro_cnp": "cnp, cod numeric personal",
    "cz_sk_birth_number": "rodne cislo, rc",
    "gr_amka": "amka, αμκα",
    "ie_pps": "pps, ppsn, pps number, pps no",
    "ee_lt_personal_code": "isikukood, asmens kodas, ik",
    "hr_oib": "oib, osobni identifikacijski broj",
    "is_kennitala": "kennitala, kt",
    "il_id": "teudat zehut, mispar zehut, tz, תעודת זהות",
    "mx_curp": "curp, clave unica",
    "cl_rut": "rut, run, rol unico",
    "ar_cuit": "cuit, cuil",
    "vat_number": """
vat, vat number, vat no, vat id, vatid, vat reg, ust id, ustid, ustidnr, umsatzsteuer id, tva, numero tva, iva,
partita iva, p iva, nif, cif, btw, btw nummer, nip, nr nip, momsnr, moms, alv, dic, cui, tax id, tax number
""",
    "passport": """
passport, passport number, passport no, pass nr, passnummer, reisepass, reisepassnummer, passeport,
pasaporte, passaporto, passaporte, paspoort, paspoortnummer, paszport, passinumero, passi, cestovni
pas, pasaport, utlevel, 护照, 護照, 旅券, パスポート, 여권, паспорт
""",
    "driving_licence": """
driving licence, driving license, driver licence, driver license, drivers license, drivers licence,
dl number, dl no, licence number, license number, license no, licence no, fuhrerschein,
fuhrerscheinnummer, permis de conduire, permiso de conducir, carnet de conducir, licencia de
conducir, patente, patente di guida, carta de conducao, cnh, rijbewijs, rijbewijsnummer, prawo
jazdy, korkort, korkortsnummer, ajokortti, korekort, forerkort, ehliyet, ridicsky prukaz,
jogositvany, 驾照, 運転免許
""",
    "document_number": """
document number, document no, document id, id document, documento, document, id card number, identity document,
travel document, dokumentnummer, ausweis, ausweisnummer, piece identite, cni, numero documento, numero de documento,
carta identita, numer dokumentu, numer dowodu, dowod osobisty
""",
    "vehicle_identification_number": """
vin, vehicle identification, chassis, chassis number, fahrgestellnummer, fin, fahrzeug identifikationsnummer, numero
de chassis, bastidor, telaio, numer nadwozia
""",
    "licence_plate": """
license plate, licence plate, number plate, numberplate, plate, plate number, plate no, registration
plate, vehicle registration, reg no, rego, kennzeichen, kfz kennzeichen, autokennzeichen,
immatriculation, plaque, matricula, placa, targa, kenteken, nummerplaat, tablica, tablica
rejestracyjna, numer rejestracyjny, registreringsnummer, regnr, rekisterinumero, nummerplade, spz,
plaka, rendszam, 车牌, 車牌, ナンバープレート
""",
    "email": """
email, e mail, mail, mailaddress, email address, courriel, correo, correo electronico, posta
elettronica, e post, epost, sahkoposti, adres email, メール, 邮箱, 電子郵件, 이메일, почта
""",
    "phone": """
phone, telephone, phone number, phoneno, tel, tel no, telno, mobile, mobile number, mobil,
mobilnummer, cell, cellphone, cell phone, cell no, cell number, fax, msisdn, contact number,
landline, handy, handynummer, telefon, telefonnummer, rufnummer, telefono, movil, celular, telefone,
telemovel, telephone portable, portable, gsm, cellulare, telefoon, telefoonnummer, mobiel, numer
telefonu, komorka, telefonnr, puhelin, puhelinnumero, tlf, mobiltelefon, telefonszam, cep, cep
telefonu, telefonni cislo, τηλεφωνο, телефон, 電話, 電話番号, 电话, 手机, 전화, 전화번호, טלפון, هاتف
""",
    "ip_address": """
ip, ip address, ipaddress, ipaddr, client ip, remote ip, remote addr, ipv, source ip, src ip, adresse ip, direccion
ip, ip adresse
""",
    "mac_address": "mac, mac address, macaddress, macaddr, hardware address, wifi mac",
    "date_of_birth": """
birth, birthday, bday, date of birth, birth date, birthdate, dob, born, birth dt, geburtsdatum,
geburtstag, geb datum, gebdat, geboren, date de naissance, naissance, date naissance, ddn, fecha de
nacimiento, nacimiento, fecha nac, data di nascita, nascita, data de nascimento, nascimento, data
nasc, geboortedatum, data urodzenia, urodzenia, fodelsedatum, syntymaaika, fodselsdato, fodselsdag,
datum narozeni, narozeni, szuletesi datum, dogum tarihi, data nasterii, datum rodenja, tanggal
lahir, tgl lahir, ημερομηνια γεννησης, дата рождения, рождения, дата на раждане, 生年月日, 出生日期, 生日,
생년월일
""",
    "person_name": """
first name, firstname, fname, last name, lastname, lname, full name, fullname, given name,
givenname, family name, familyname, middle name, middlename, maiden name, surname, forename,
passenger name, customer name, patient name, person name, employee name, contact name, holder name,
cardholder, member name, guest name, traveller name, traveler name, client name, student name,
vorname, nachname, familienname, zuname, prenom, prenoms, nom de famille, nom complet, nom client,
nombre completo, nombres, apellido, apellidos, primer apellido, cognome, nome completo, sobrenome,
apelido, voornaam, achternaam, imie, imie i nazwisko, nazwisko, fornamn, efternamn, etunimi,
sukunimi, fornavn, etternavn, efternavn, jmeno, prijmeni, priezvisko, keresztnev, vezeteknev, ad
soyad, soyad, soyadi, prenume, nume, nume familie, nume de familie, nume complet, prezime, priimek,
ime, ime prezime, ad, nama, nama lengkap, nama depan, nama belakang, eesnimi, perekonnanimi, vardas,
pavarde, vards, uzvards, ονομα, επωνυμο, имя, фамилия, фио, име, 氏名, 姓名, 名前, 姓, 名, 이름, 성명, שם
""",
    "address": """
address, addr, street, street address, home address, postal address, mailing address, billing
address, shipping address, residence, domicile, adresse, anschrift, strasse, str, wohnort, rue,
voie, adresse postale, direccion, calle, domicilio, indirizzo, via, endereco, morada, rua,
logradouro, adres, straat, ulica, ulice, adres zamieszkania, adress, gatuadress, gata, osoite,
katuosoite, gade, gateadresse, adresa, bydliste, cim, lakcim, acik adres, διευθυνση, адрес, адреса,
улица, 住所, 地址, 주소, כתובת, عنوان
""",
    "username": """
username, user name, login, login name, userid, user id, benutzername, nutzername, identifiant, nom utilisateur,
pseudo, usuario, nombre de usuario, utente, nome utente, gebruikersnaam, uzytkownik, nazwa uzytkownika,
anvandarnamn, brukernavn, brugernavn, kayttajatunnus, nickname, nick, handle, screen name, twitter, kullanici adi
""",
    "personal_text": """
note, notes, comment, comments, remark, remarks, description, message, body, feedback, review, bemerkung,
bemerkungen, kommentar, notiz, nachricht, commentaire, remarque, comentario, observaciones, notas, commento,
osservazioni, opmerking, uwagi, komentarz, anteckning, huomautus, text, transcript
""",
}
"""Kind of personal data → phrases."""

_OF_A_STATE = """
us_ssn us_itin uk_nino uk_nhs_number ca_sin au_tfn de_tax_id fr_nir es_dni es_nie it_fiscal_code nl_bsn
be_national_number pl_pesel se_personal_number fi_personal_code dk_cpr no_birth_number br_cpf in_aadhaar in_pan za_id
tr_tckn cn_resident_id kr_rrn jp_my_number ch_ahv at_social_insurance_number bg_egn ro_cnp cz_sk_birth_number gr_amka
ie_pps ee_lt_personal_code hr_oib is_kennitala il_id mx_curp cl_rut ar_cuit document_number
"""
OF_A_STATE = frozenset(_OF_A_STATE.split())
"""Kinds that people also call by the general words of ``NATIONAL_ID``."""

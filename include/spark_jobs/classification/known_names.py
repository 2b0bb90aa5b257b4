"""Frequent given names and family names, by which a column of persons is told from a column of things.

They need not be complete: a column is taken for names when a good part of its values is known. Written without accents,
as ``plain`` makes them.
"""

from __future__ import annotations

_GIVEN = """
aad aarav aaron aase abbas abdul abdullah abel abena achieng adaeze adalberto adam adela adele aditi aditya adolfo
adriaan adrian adriana adrien afonso agata agathe agnes agneta agnete agnieszka agung agus agustin ahmad ahmed ahmet
aiko aime ainhoa aino aisha aivars ajay akash aki akira akosua alain alan alba albert alberto albin alejandra
alejandro aleksander aleksandr aleksandra aleksei aleksi alena ales alessandra alessandro alessia alessio alex
alexander alexandra alexandre alexandria alexandros alexandru alfonso alfred alfredo algirdas ali alice alicia alicja
alin alina alison alix allan allison alma almudena alonso alvaro alzbeta ama amaka amal amanda amber amelie amina amir
amira amit amparo amy an ana anais anand anastasia anatoly anders andi andras andre andrea andreas andreea andrei
andres andrew andris andriy andrzej aneta anette angel angela angeles angelica angelika angeliki angelo anh aniko anil
anita anja anjali anke ankit ann anna annalisa annamaria anne anneli annelies annette annie annika annikki anouk
antanas ante antero anthony antje antoine antoinette anton antonella antoni antonia antonin antonino antonio antonis
antti anu anuj anwar aoife aparna apolonia araceli arda ari arianna arie arif arild aristotelis arja arjun arkadiusz
armando arnaldo arne artem arthur arto artur arturo arturs arun arunas arvid asa asbjorn ase asger asha ashley ashok
aslaug asli asma astrid asuncion athanasios attila audrey auguste augustin aulis aurel aurelia aurelie aurelio aurora
aurore ausra austin axel aydin ayesha aylin ayman ayse aysel ayu ayumi aziz babatunde bagus baiba balazs bambang
barbara barbora bard baris bart bartek bartosz bas beata beate beatrice beatriz begona bela belen bence benedetta
bengt benito benjamin benny benoit bent bente berit berk bernadette bernard bernardo bernd bernhard bertrand beth
betty beverly bharat bianca bilal billy binh birgit birgitta birgitte birthe birute bjarne bjorn blanca blanka bo
bobby bodil bogdan boglarka boguslaw bohdan bohumil bohuslav bojan bongani borge borghild boris borivoj borut borys
boyan bozena bradley bram brandon branimir branka brenda brendan brian brigitte britt britta bruce bruna bruno bryan
budi burak burcu caio calvin cameron camilla camille can capucine carina carl carla carlo carlos carmen carol carolina
caroline carolyn carsten catalin catalina catarina caterina catherine cathy caua cauã cecile cecilia celestine celina
celine cem cemal cesar cestmir cezary chad chantal chao charles charlotta charlotte chau chelsea chen cheryl chetan
chi chiara chidi chika chinedu chioma chloe chris christa christelle christer christian christiane christina christine
christoph christophe christopher christos cian ciara cindy ciprian citra claire clara clarice claude claudia claudio
claus clemence clement cody colette colin concepcion connie conor constanca constance constantin consuelo corina
corinne cormac cornelis corrado cosmin craig cristian cristiano cristina cristobal crystal csaba cuong curtis cynthia
cyprian czeslaw daan dace dag dagmar dagmara daina daisuke daiva dale dalia dalibor damian damir dan dana daniel
daniela daniele danielle danilo danute dario darius dariusz darko darren davi david davide davor dawid dawn dean
debbie debora deborah debra declan deepa deepak deepika dejan denes denis denisa denise deniz dennis derek derya
desislava detlef dewa dewi dian diana diane diego dieter dilek dimas dimitar dimitra dimitrios dimitris dina dinesh
diogo dirk divya dmitri dmitry doina dolores domenico domingo dominik dominika dominique donald donatella donna dora
dorin doris dorota dorothea dorothee dorothy dorte dorthe douglas dragan dragana dragos duarte dubravka duc dumitru
duncan dung dusan dustin dwi dylan ebba ebbe ebele ebru eckhard eddie edgars edit edith edoardo edouard eduard eduarda
eduardo edvin edward edwin edyta eero eeva ege egils egle egon egor eija eila eileen eino eirik eirini eivind ejvind
eka ekaterina eko elaine elena eleni eleonora eleonore elfriede elif elin elina eline elisa elisabetta elise eliska
eliza elizabeth elke ella ellen elling ellinor elodie eloisa els elsa else elzbieta emanuel emanuela emanuele emeka
emese emil emile emilia emilie emilio emily emine emir emma emmanuel emmanuelle emre encarnacion endang endre enrica
enrico enrique enzo eoin ercan erdem eren eric erica erick erik erika erin erkki ernesto ernst erwin eryk erzsebet esa
esmee espen esperanza esra esteban estelle esther ethan etienne ettore eugen eugene eugenia eugenie eugenio eusebio
eva evan evangelia evangelos eve eveliina evelyn evgeny evi ewa ewelina fabian fabien fabienne fabio fabrice fabrizio
fadi fadime fahad faisal fajar fang farah farid faris fatih fatima fatma federica federico felicia felipe felix femke
feng ferdinando ferenc ferhat fernand fernanda fernando fidel filip filipa filipe filippo filiz fiona fitri flavia
flavio flemming fleur florence florentina florian florin floris folake fouad frances francesca francesco francis
francisca francisco franciszek franck franco francois francoise franjo frank frantisek franz franziska fred frederic
frederik frederique fredrik freja frida friedrich fritz frode furkan gabor gabriel gabriela gabriele gabriella
gabrielle gaelle gail galih galina gamze gareth gary gaspar gaurav gavin geert geeta geir gemma genevieve geoffrey
georg george georges georgi georgia georgiana georgios gerald gerard gerardo gerd gerda gergana gergely gerhard
germaine gerrit gertrud geza ghada gheorghe giacomo gianfranco giang gianluca gianni gianpaolo giedre gilbert gilberto
gilles gillian gina gintaras gints giorgia giorgio giorgos giovanna giovanni girish gisela gitte giulia giuliana
giuliano giulio giuseppe giuseppina gizem glen glenn gloria gokhan goncalo gonzalo gopal goran gordana gordon gosta
grace graham grant graziella grazyna greet greg gregoire gregorio gregory greta grete grethe griet gro grzegorz
guadalupe guang gudrun guido guilherme guilhermina guillaume guillermo gul gulsen gun gunilla gunn gunnar gunter
gunther guntis guntur gustaf gustav gustave gustavo guus guy gyorgy gyula ha hadi hai hajnalka hakan hala halil halina
halvor halyna hamid hamza hana hanan hande hang hanh hani hanna hannah hanne hanneke hannele hannelore hannu hans hao
harald harish harold harri harriet harry hartmut haruka haruki hasan hassan hatice havard hayley hazel heather hector
hedvika heidi heike heikki heiko heino heinrich heinz heitor helen helena helene helga helge heli helle helmi helmut
heloisa helve hema hendra hendrik henk henning henri henrietta henriette henrik henrique henry henryk herbert hermann
hernan hiba hien hieu hilda hilde hilja hiroko hiroshi hisham hoa hoang holger holly hong honore horia horst hortense
howard hristo hrvoje hubert huda hugh hugo hugues hui hulya hung huong huseyin hussein huy ian ibolya ibrahim ida ieva
ifeoma iga ignacio ignacy igor ilaria ildiko ileana ilga ilie iliya ilker ilkka ilmari ilona ilse ilya ilze iman imre
indah indira indra indrek ineke ines inese inga inge ingeborg ingegerd ingelise inger ingo ingrid inkeri inmaculada
intan ioan ioana ioanna ioannis ion ionel ionela ionut irem irena irene irina irja irma irmgard iryna isaac isabel
isabella isabelle isabelly isadora isak ishaan isidro isis ismael ismail istvan iulia iulian iva ivan ivana ivanka
ivar ivars ivaylo iveta ivica ivo ivona iwo iwona izabela jaakko jaan jaana jaanus jaap jacek jack jackie jacob
jacqueline jacques jadwiga jagdish jaime jake jakub jamal james jamie jamila jan jana jane janet janez janice janina
janis janne janneke jannie janos janusz jari jarkko jarmila jarmo jaromir jaroslav jaroslava jaroslaw jasmine jasna
jason jasper javier jay jaya jean jeanne jeff jeffery jeffrey jelena jelle jenna jennifer jenny jens jeppe jeremi
jeremy jerker jeroen jerome jerry jerzy jesper jesse jessica jesus jian jie jill jim jimmy jindrich jing jiri jirina
jitka joachim joan joanna joanne joao joaquim joaquin jochen jodie joe joel joelle joep johan johanna johannes john
johnny joke joko jolana jon jonas jonathan joni joost jordan jorg jorge jorgen joris jorma jorunn jos jose josef
josefa josefina joseph josephine josette josh joshua josip jostein jouko jouni jovan joyce jozef jozsef juan juana
judit judith judy juha juhani juho jukka julia julian juliana julianna julie julien juliette julio jun juozas juraj
jurate jure jurgen juri juris jussi justin justyna jutta jyoti jytte kaarina kacper kadir kadri kai kaija kaique kaj
kaja kajetan kalevi kalin kalina kalle kalman kamal kamala kamau kamil kamila kamilly kaori karan kareem karel karen
kari karim karin karina karl karla karol karola karolina karoly karsten kaspars kasper kata katalin katarina katarzyna
kate katerina katharina katherine kathleen kathrin kathryn kathy kati katie katja katrien katriina katrin katrine
kavita kayla kazimierz kazuki kees keiko keith keld kelechi kelly kelsey kemal ken kenji kenneth kenta kerem kerry
kersti kerstin kestutis kevin khadija khaled khalid khanh kim kimberly kimmo kinga kiran kiril kirill kirsi kirsten
kirsti kirstine kirsty kishore kjeld kjell kjersti klaas klara klas klaus knud knut koen kofi konrad konstantin
konstantina konstantinos konstanty kornel kornelia kostas krasimir krishna kristen kristian kristiina kristijan
kristin kristina kristine kristjan kristof kristyna krisztian krisztina krystian krystyna krzysztof ksawery ksenia
kulli kumar kurnia kurt kvetoslava kwabena kwame kyle kyllikki lacramioara ladislav laetitia laila laima lajos lakshmi
lalit lan lara larisa larissa larry lars laszlo lata laura laure lauren laurence laurent laurentiu lauri lavinia
lawrence layla lea leah leandro lee leena lei leida leif leila lena lene leni lenka lennart leo leon leonard leonardo
leonid leonor leos lerato leslie lestari leszek leticia letizia levent levente lewis leyla liam liang libor libuse
lidia lien lies lieselotte lieve liga liina liisa lilian liliana lill lin lina linas linda lindsay lindsey line linh
linnea linus lis lisa lisbeth lise liv liviu liwia loan logan lois lone long loredana lorena lorenzo loreta lorraine
lothar lotte louis louise lourdes lovisa luana lubomir luc luca lucas lucca luce lucia luciana luciano lucie lucija
lucy ludek ludmila ludovic ludwig luigi luigina luis luisa luiz luiza luka lukas lukasz luke lukman luminita lumir
luna lutz luuk luz lydia lydie lynn lyubomir lyudmila maaike maarit maarten macarena maciej madalena madalina made
madeleine madison mads maelle mafalda magdalena magdolna magne magnhild magnus maha mahesh mahmoud mahmud mai maie
maija maite maj maja majid makoto maks maksim maksymilian malcolm malgorzata malik malin malle mandla manfred manish
manoj manon mansour manuel manuela marc marcel marcela marcelina marcelino marcelle marcello marcelo marcia marcin
marco marcos marcus mare mareike marek margaret margareta margarete margarida margarita margaux margherita margot
marguerite margus mari maria mariam marian mariana marianna marianne mariano maricarmen marie marieke marija marijan
marijana marijke marijn marika marilyn marin marina marine mario marion maris marisol marit marius mariusz mariya
marja marjatta marjo mark marketa markku marko markus marlene maros marsha mart marta marte martha marthe martijn
martin martina martti martyn marvin mary maryam mason massimiliano massimo mate matej mateja mateo mateusz matheus
mathew mathias mathieu mathilde matija matilda matilde mats matteo matthew matthias matthieu matti mattia mattias
matus matyas maureen maurice mauricio maurizio max maxime maximiliano maya maysa mayumi meelis meena meera mees megan
megumi mehmet meike melania melanie melati melek melinda melissa mercedes meredith merel merete merike merja mert
merve mesut mette mia michael michaela michal michalina micheal michel michela michele michelle michiko mieczyslaw
miguel mihaela mihai mihail mihaly mihkel mika mikael mikhail mikkel mikko miklos mikolaj milada milagros milan mile
milena milica milos miloslav milosz miluse min mindaugas ming minh minna mircea mireille mirela mirella miriam mirja
mirjami mirjana mirko miroslav miroslava mitchell mladen moa mogens mohamed mohammad mohammed mohan molly mona monica
monika monique montserrat morgan morten mostafa muhammad mukesh mulyono munir murat mustafa my mykola nabil nadege
nadezda nadezhda nadia nadine najwa nam nancy nandini nanna naoki naoko naomi naresh nasser natalia natalie natalka
natan nataniel natasha nathalie nathan nathaniel naveen nazli neha neil nela nele nenad nermin neven nga ngan ngoc
ngozi nguyet nhung niamh nicholas nicola nicolae nicolas nicole nicoleta nicolo niels nieves nigel niina nijole nikhil
nikita niklas niko nikodem nikola nikolai nikolaos nikolay nikolett nikos nils nina ningsih nisha nitin njeri nkechi
noah noel noelia noemi nokuthula nomsa noor norbert norma norman normunds nour noura nuno nur nuray nuria nyoman oana
obinna oceane octavian octavio odd oddvar odette oisin okan oksana ola olaf olav olavi oldrich ole oleg oleksandr
oleksiy olena olga oliver olivia olivier oliwia oliwier olle olof oluwaseun oman omar omer ona ondrej onni onur orhan
ornella orsolya orvokki osama oscar oskar oskari osman osmo osvaldo ota otakar otavio otieno ott otto outi ovidiu oya
oystein ozan ozge ozlem paavo pablo padma padraig paivi pal palle paloma pamela panagiotis pankaj paola paolo par
paraskevi pascal pascale pascual patrice patricia patrick patrik patrizia patrycja patryk paul paula paulette pauliina
pauline paulo pavel pavla pavlina pawel pedro peer peeter peggy pehr pekka pelin penelope peng penny pentti pepijn per
pernilla pernille pertti petar peter peteris petr petra petras petre petri petru petya philip philipp philippe
philippine phillip phuc phuong phyllis pia pierluigi piero pierre piet pieter pietra pietro pilar pinar ping piotr
pirjo pirkko piroska plamen pola polina pontus pooja poul prabowo pradeep prakash pranav prasad preben preeti premysl
priit priya priyanka przemyslaw purificacion putri putu qasim qiang quang quentin quynh rachael rachel rachid radek
radim radka radoslav radoslava radoslaw radovan radu rafael rafaela rafal raffaele raffaella ragnar ragnhild rahmat
rahul raija raimo raimonds rainer raivo raj raja rajan rajesh rajiv raju rakesh ralf ralph raluca ram ramazan ramesh
ramiro ramon ramunas randall randi randy rani rania raoul raquel rasa rashid rasmus ratna raul rauno ravi raymond
razvan rebeca rebecca recep reem regina reidun reijo rein reiner reinhard reinhold reino reka rekha remi remy renan
renata renate renato rene renee rhys ricardo riccardo richard rick ricky rihards riikka riina riitta rik rika rikke
rima rimantas rina rini risto rita rizki roar robert roberta roberto robin rocco rocio rodolfo rodrigo rogelio roger
rohan rohit roisin roksana roland rolandas rolf romain roman romeo ronald ronnie roos rosa rosalia rosario rose
rosemarie rosemary rosen rosie ross rossana rostislav roxana roy rozalia ruben rudi rudolf rumen rune ruslan russell
ruta ruth ruud ruzena ryan ryo ryszard saad saara sabah sabina sabine sabrina sachin said sakura salah salim sally
salma salvador salvatore sam samantha sami samir samira samsul samuel sana sanda sandeep sander sandhya sandor sandra
sandrine sandro sangeeta sanja sanjana sanjay sanna sanne santiago santosh saoirse sara sarah sari sarita sarka sascha
satish satoshi satu saul saulius sayed scott sean sebastian sebastien sedat seema segun selim selin selma sem semra
seppo serena sergei sergey sergio serhiy serkan setya sevgi sevim seyma shadi shalini shane shannon shanti sharad
sharif sharon shaun shawn sheila shelly sherry shilpa shinji shirley shivani shota shreya shweta sibel siegfried
sigrid sigurd siim silje silke silvana silvi silvia silvio silviu silviya simon simona simone sinan sindre sinead
sinikka siobhan sipho siri sirkka sirpa sisko sissel sita siti siv sjoerd slamet slavko slawomir slobodan sneha
snjezana sofia sofie solange soledad solfrid solveig son sona sonal sonia sonja sophia sophie soraya soren sorin
sorina spela spyridon sri stacey stacy stanislav stanislava stanislaw stanley stavros stefan stefania stefanie stefano
steffen stefka stein steinar stella stepan stepanka stephane stephanie stephen steve steven stewart stian stig stijn
stina stipe stoyan stuart suat sue sugeng suharto sukarno sule suleyman sunil sunita suresh susan susana susanna
susanne susanti sushma suzanne suze svante svatopluk svein sven svend svenja sverre svetla svetlana swati sylvain
sylvia sylvie sylwia synnove szabolcs szilvia szymon tadeusz taina takashi takeshi tam tamara tamas tamer tammy tanja
tanvi tanya tao tapani tapio tara taras tarek tarik tariq tarja tarmo taro tarun tatiana tatyana taylor teemu teguh
teija teodor teofilo terence teresa terez tereza terhi terje tero terri terry tess teun thabo thales thanh thao themba
theo theodor theodoros theophile theresa therese thi thiago thibault thierry thijs thomas thor thorsten thu thuy tiago
tibor tien tiffany tihomir tiina tiit tiiu tilda tilo tim timea timo timothy tina tinca tiziana tobias toby todd todor
toini toivo tola tolga tom tomas tomasz tomislav tommaso tommi tommy tomoko tone toni tono tonu tony toomas tor torben
torbjorn tore torill torsten torunn tove tracey tracy trang travis trevor tri trine trinh trinidad tristan troels
trond trude tu tuan tuba tudor tugba tuija tuncay tunde tuomas tuomo turid tuula tuulikki tuyet tyler tymon tymoteusz
uche udo ugo ugur ulf uli ulla ulrich ulrike uma umar umberto umit umut unni urban urho urmas ursula urszula usha ute
uwe vaclav vadim vagn vaida vaino valdis valentin valentina valentine valerie valerio valery valtteri van vanessa
varun vasco vasil vasile vasileios vasiliki vasilis vasily vegard veijo veikko velichka vello vera vernon veronica
veronika vesa vesna vibeke vicente vicki victoire victor victoria vida vidar viera viggo vijay vikas vikram viktor
viktoria vilem vilhelm vilius viljo ville villy vilmos vilnis vimala vina vinay vincent vincenzo vinh vinicius vinko
vinod viola violeta viorel virginia virginie virginija vishal vit vitaly vito vitor vitoria vittoria vittorio vivek
vivian vlad vladimir vladimira vladislav vlado vlasta vlastimil vojtech volkan volker volodymyr vratislav vyacheslav
vytautas wafa wahyu walid walter waltraud wambui wanda wanjiku warren wati wayan wayne wei wenche wendy werner
weronika wesley whitney widodo wiktor wiktoria wilhelm william willie wim winfried witold wojciech wolfgang wouter
wulan xavier xia xiang xiaoming ximena xin xuan yago yan yang yann yannick yanti yara yaroslav yasemin yash yasin
yasmin yasser yavuz yegor yen yevhen yilmaz ying yngve yoko yolanda yong yordan yordanka yoshiko yousef youssef yu yui
yuki yuko yulia yumi yuni yunus yuri yusuf yuta yves yvette yvonne zacharie zachary zahra zainab zane zanele zara
zarko zaynab zbigniew zbynek zdenek zdenka zdravko zehra zeki zeljko zeynep zhen zhi zhivko ziad zita zoe zoey zofia
zoltan zoran zoya zsofia zsolt zsuzsanna zuzana zuzanna zvonimir
"""
GIVEN = frozenset(_GIVEN.split())

_FAMILY = """
abdullah adam adamczyk adams adebayo adeyemi aerts agarwal aguilar ahmed ahn ahonen albrecht ali allen almeida alonso
alvarez alves amato andersen anderson andersson andrade andre angelopoulos araujo arias arnaud arslan asante aslan
aubert axelsson aydin azevedo babic bailey baker bakken bakker balaz balogh banerjee baran barbier barbieri barbosa
barone bauer baumann beck becker beek begum benedetti benes bengtsson benitez bennett berg berger berglund bergmann
bergstrom bernard bernardi berntsen bertrand berzins bianchi bianco biton blanc blanchard blanco boateng boer bohm
bonnet bos bose bourgeois boyer brandt braun bravo broek brooks brouwer brown bruijn brun brunet bruno bryant bui
busch butler byrne caballero cabrera caldeira calvo campbell campos cano caputo carbone cardoso carmona caron carrasco
carter caruso carvalho castillo castro cattaneo cavalcanti celik cermak cerna cerny cetin charles chatterjee chaudhry
chen chevalier cho choi chopra christensen christiansen claes clark clement cohen colas coleman collins colombo
conceicao constantin conte conti cook cooper coppola correia cortes costa cox crespo cruz cunha da dabrowska dabrowski
dahan dang dangelo das david davis deangelis dekker delgado deluca demir deng denis desai desantis desmet dias diaz
dietrich diez dijk dijkstra dimitrov dinu djordjevic dlamini do dogan doherty dolezal dominguez doyle duarte dubois
dudek dufour dumas dumitru dumont duong dupont dupuis duran durand duval dvorak dvorakova edwards egger eide ellis
engel eriksen eriksson esposito esteban evans fabbri fabre farias farina farkas faure feng ferguson fernandes
fernandez ferrara ferrari ferraro ferreira ferrer ferri fiala fischer florea flores fogaca fontaine fontana ford
forsberg foster fournier francois frank franke fredriksson freitas friedman friedrich fuchs fuentes gaillard gallagher
gallardo gallego galli gallo gao garcia garnier garrido gatti gauthier gautier gentile georgiev georgiou gerard
gheorghe ghosh gibson gil gilbert gimenez giordano girard giraud giuliani gomes gomez goncalves gonzalez goossens
gorski graaf grabowski graf graham grassi grasso greco green griffin groot gross gruber guerin guerra guerrero
guillaume guillot gunawan gunther guo gupta gustafsson gutierrez haan haas haddad hagen hahn hajek hall halvorsen
hamalainen hamilton han hansen hansson harris harrison hartmann hashimoto hassan haugen hayashi hayes he heikkila
heikkinen heinonen heinrich henderson hendriks henriksson henry hermans hernandez herrera herrero herrmann heuvel
hidalgo hidayat hill ho hoang hoekstra hofer hoffmann hofmann holm hong horak horakova horn horvat horvath howard
hristov hu huang huber hubert hughes hussain hwang ibanez iglesias ikeda ilic ilie ilieva ilves inoue ionescu ishikawa
ito ivanov ivanova iyer jablonski jackson jacobs jacobsen jager jain jakobsen jakobsson jang jankauskas jankowski
jansen jansons janssen jansson jarvinen jaworski jean jelinek jenkins jensen jesus jimenez johansen johansson johnsen
johnson jokinen joly jones jong jonsson jorgensen joshi jovanovic juhasz jung juric kaczmarek kaiser kalnins kaminska
kaminski kang kapoor kara karagiannis karjalainen karlsson kask kato katz kaya kazlauskas keller kelly kennedy khan
khoury kilic kim kimura king kinnunen kiss klein knezevic knudsen kobayashi koc koch kohler kok kolar konig koppel
korhonen koskinen koster kovac kovacevic kovacic kovacs kowalczyk kowalska kowalski kozlov kozlowska kozlowski kral
kramer kraus krause krawczyk krejci kristensen kristiansen krol kruger kucera kucerova kuhn kuhne kukk kumar kurt
kusuma kuznetsov kuznetsova kwiatkowski kwon lacroix lahtinen laine laitinen lakatos lambert lambrechts lang lange
larsen larsson laurent le lebedev leclerc leclercq lee leeuwen lefebvre lefevre legrand lehmann lehtinen lehtonen
leitner lemaire lemoine leon leone leroux leroy levi levy lewandowska lewandowski lewis li liang lie liepins lim lima
lin lind lindberg linden lindgren lindqvist lindstrom liu lombardi lombardo longo lopes lopez lorenz lorenzo louis
lozano lucas ludwig lund lundberg lundgren lundqvist luo ly lynch ma maas machado madsen maes magi magnusson maier
majewski makela makinen malhotra malik malinowski mancini mansour marchand marchetti marek mariani maric marie marin
marini marino markovic marques marquez marshall martens martin martinelli martinez martini martino martins masson
matei mathieu matsumoto mattila mattsson mayer mazur mazza mccarthy mcdonald medina meer mehta meier meijer melo
mendes mendez menon mensah mercier mertens messina meszaros meunier meyer michalski michel michiels mikkelsen miller
mishra mitchell mizrahi moen mohamed molina moller molnar montanari monteiro montero monti moore mora morales moreau
moreira morel morelli moreno moretti mori morin morozov morris mortensen moser mota moulin moura moya mukherjee mulder
muller munoz murphy mwangi myers nagy naidu nair najjar nakamura nascimento nasution navarro navratil ndlovu nelson
nemcova nemec nemeth neumann ngo nguyen nicolas nielsen niemi nieminen nieto nikolaidis nikolic nikolov nilsson nkosi
noel nogueira novaes novak novakova novikov novotna novotny nowak nowakowski nowicki nugroho nunes nunez obrien
oconnor odhiambo ogunleye oh okafor okeke olah oliveira olivier olofsson olsen olsson olszewski ortega ortiz otto
owusu ozdemir ozkan ozolins ozols ozturk palmieri palumbo papadakis papadopoulos papp parisi park parker parn parra
pascual pastor patel patterson pauwels pavlov pavlovic pawlak pawlowski paz pedersen peeters peixoto pellegrini
pellegrino pena pereira peretz perez perrin perry persson peters petersen peterson petit petrauskas petrov petrova
petrovic pettersson pham phan philippe phillips picard pichler pierre pillai pinto piotrowski pires pohl pokorny popa
popescu popov popova popovic porto pospisil poulsen powell prieto prins prochazka prochazkova quinn radu rahman
ramirez ramos rantanen rao rasmussen rebane reddy reed renard renaud rey reyes rezende ribeiro ricci richard
richardson richter rinaldi riviere rizzi rizzo robert roberts robin robinson rocha roche rodrigues rodriguez roger
rogers rojas rolland roman romano romero ross rossetti rossi roth rousseau roussel roux roy rubio ruiz russell russo
rutkowski ruzicka ryan saar saarinen saez sahin saito sala saleh sales salminen salo salonen sanchez sandberg sanders
sanna santana santiago santoro santos santoso sanz saputra sasaki sato savolainen schafer schmid schmidt schmitt
schmitz schneider scholz schouten schreiber schroder schubert schulz schulze schumacher schuster schwarz scott
sedlacek seidel semenov seo sepp serra serrano setiawan shah sharma shaw sheikh shimizu shin siddiqui sidorov sikora
silva silvestri simanjuntak simmons simon simpson singh sinha siregar sjoberg smirnov smirnova smit smith smits soares
sokolov solberg soler sommer song sorensen soto souza stan stanciu stankevicius stein steiner stepien stevens stewart
stoica stoyanov strand suarez sullivan sun susanto suzuki svensson svoboda svobodova szabo szymanska szymanski takacs
takahashi tamm tanaka tang taylor teixeira testa thomas thompson thomsen todorov toma torres toth tran tudor tuominen
turner turunen urban valentini vanek varga vargas vasiliev vazquez veen vega velasco verhoeven verma vermeulen vesela
vesely viana vicente vidal vieira villa vincent virtanen visser vitale vlachos vliet vo vogel vogt volkov vos vries vu
vukovic wagner walczak walker wallace wallin wallner walsh walter wang ward watanabe watson weber weiss werner white
wibowo wieczorek wijaya willems williams wilson winkler winter wisniewska wisniewski wit witkowski wojciechowski
wojcik wolf wood wouters wozniak wright wrobel wu xiao xie xu yamada yamaguchi yamamoto yang yildirim yildiz yilmaz
yoon yoshida young zajac zeman zhang zhao zheng zhou zhu ziegler zielinska zielinski zimmermann
"""
FAMILY = frozenset(_FAMILY.split())

_FAMILY_ENDINGS = """
sson ova eva ski ska cki cka escu oglu ovic evic enko sen mann ez idis opoulos akis yan shvili icek acek ek czyk wicz
iak etti ini elli acci stra inen lainen strom berg quist qvist gren lund wala wal moorthy swamy kar
"""
FAMILY_ENDINGS = tuple(_FAMILY_ENDINGS.split())
"""Endings that family names have and few other words."""

_HAN_FAMILY = """
丁万严于任何余侯俞倪傅冯刘劉卢史叶向吕吳吴呂周唐嚴夏姚姜孔孙孟孫宋尹崔廖张彭徐戴方曹曾朱李杜杨林桂梁
楊武段毛江汤汪沈洪湯潘熊王田白盧石祁秦程罗羅肖胡苏范萧萬葉董蒋蔡蔣蕭薛蘇袁許謝譚许谢谭賀賈贺贾赖赵趙
邓邱邵邹郑郝郭鄒鄧鄭金錢鍾钟钱閻闵阎陆陈陳陶陸雷韋韓韦韩顧顾馬馮马高魏黃黄黎龍龔龙龚
"""
HAN_FAMILY = frozenset(_HAN_FAMILY.replace("\n", ""))
"""Characters that most Chinese names begin with."""

_JAPANESE_FAMILY = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村
斎藤 斉藤 林 清水 山崎 阿部 森 池田 橋本 山下 石川 中島 前田 藤田 小川 後藤 岡田 長谷川 村上
近藤 石井 坂本 遠藤 青木 藤井 西村 福田 太田 三浦 藤原 岡本 松田 中川 中野 原田 小野 田村
竹内 金子 和田 中山 石田 上田 森田 工藤 原 柴田 酒井 宮崎 横山 宮本 内田 高木 安藤 谷口 大野
丸山 今井
"""
JAPANESE_FAMILY = tuple(_JAPANESE_FAMILY.split())

_HANGUL_FAMILY = """
강고공곽구국권금기길김남노도라류마맹명모문민박반방배백변서석선설성소손송신심안양엄여연염오옥왕우원위
유육윤이인임장전정제조주지진차채천최추탁표하한함허현홍황
"""
HANGUL_FAMILY = frozenset(_HANGUL_FAMILY.replace("\n", ""))
"""Syllables that Korean names begin with."""

_CYRILLIC_ENDINGS = """
ов ова ев ева ёв ёва ин ина ын ына ский ская цкий цкая енко чук юк ук ко ич вич вна чна ски ська ський ів їв ян
"""
CYRILLIC_ENDINGS = tuple(_CYRILLIC_ENDINGS.split())

_CYRILLIC_GIVEN = """
александр александра алексей алина алла анастасия анатолий ангел ангелина андрей андрій анна антон антонина аркадий
арсений артем артём богдан богдана борис вадим валентин валентина валерий валерия варвара василий василиса василь вера
вероника виктор виктория виталий владимир владислав володимир вячеслав галина ганна геннадий георги георгий григорий
григорій даниил данил дарья денис димитър дмитрий дмитро евгений евгения егор екатерина елена елизавета захар зинаида
зоя иван иванка игорь илия илья инна ирина йосип карина кира кирилл константин кристина ксения лариса леонид лидия
любовь людмила максим маргарита марина мария марко марфа марія матвей микола милена михаил михайло надежда надія
наталия наталья наталія никита николай николета нина оксана олег олександр олександра олексій олена олимпиада ольга
омелян орина павел павло петр петро пилип пламен полина прасковья пётр раиса роман руслан савва светлана світлана
сергей сергій софия станислав степан стефан стоян тамара тарас татьяна тетяна тимофей тодор ульяна федор филипп фёдор
хома христина христо эдуард юлия юрий юрій яков яків ярина ярослав євген ігор ірина
"""
CYRILLIC_GIVEN = frozenset(_CYRILLIC_GIVEN.split())

_GREEK_ENDINGS = """
ης ος ας ου ιδης ακης πουλος οπουλου ιδου ακη ις ια ινα
"""
GREEK_ENDINGS = tuple(_GREEK_ENDINGS.split())
